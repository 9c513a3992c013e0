"""Whether an exception comes from a server that is not there, and where that should have been."""

NOBODY_THERE = UNREACHABLE + (errno_names.ECONNREFUSED,)


def missing_server(error, depth=0):
    """The address at which nobody answered, "" if it is not known; None if that is not what happened."""
    if depth > 5 or not isinstance(error, BaseException):
        return None
    if isinstance(error, OSError):
        if error.errno in NOBODY_THERE or type(error).__name__ == "gaierror":
            return last_address() or ""
    # Libraries raise something of their own, and keep the reason; what is built in and raised while
    # another exception is handled is a mistake of its own.
    context = None if type(error).__module__ == "builtins" else error.__context__
    for nested in (getattr_quietly(error, "reason"), error.__cause__, context):
        address = missing_server(nested, depth + 1)
        if address is not None:
            return address
    return None
