(1).real = 2  # doctest: +IGNORE_EXCEPTION_DETAIL
