def search(items, wanted):
    for item in items:
        if item == wanted:
            break
    else:
        return "missing"
    return "found"

search([1, 2], 2)   # 'found'
search([1, 2], 3)   # 'missing'
search([], 1)       # 'missing'
