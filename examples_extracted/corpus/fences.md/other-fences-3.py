marks = "~~~"
len(marks)        # 3
