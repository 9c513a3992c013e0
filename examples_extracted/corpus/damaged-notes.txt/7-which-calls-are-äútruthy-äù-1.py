def nothing():
    return 0

bool(nothing)      # True
bool(nothing())    # False
nothing and "yes"  # 'yes'
