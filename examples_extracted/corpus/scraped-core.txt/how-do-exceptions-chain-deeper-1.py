try:
    try:
        {}["id"]
    except KeyError as error:
        raise ValueError("no id") from error
except ValueError as caught:
    kept = caught

kept.__cause__          # KeyError('id')
kept.__suppress_context__   # True
str(kept)               # 'no id'

# The name after 'as' is gone afterwards:
caught                  # NameError
