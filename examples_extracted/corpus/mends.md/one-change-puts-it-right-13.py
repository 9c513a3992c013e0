try:
    raise ValueError, "no such mode"
except ValueError, problem:
    mode = 0644

mode                    # 420
