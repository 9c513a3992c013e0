try:
    import zzz_no_such_package_of_ours as polish
except ImportError:
    polish = None

polish is None       # True
