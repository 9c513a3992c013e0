def state(value=None):
    return "empty" if value is None else "full"

state()      # 'empty'
state(0)     # 'full' ‚Üí zero isn‚Äôt None
