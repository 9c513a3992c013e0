class Open:
    pass

thing = Open()
thing.anything = 1      # AttributeError
thing.anything          # 1
