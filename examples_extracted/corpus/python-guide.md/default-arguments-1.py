def collect(item, basket=[]):
    basket.append(item)
    return basket

collect("plum")      # ['plum']
collect("pear")      # ['plum', 'pear']
collect("fig", [])   # ['fig']
collect.__defaults__ # (['plum', 'pear'],)
