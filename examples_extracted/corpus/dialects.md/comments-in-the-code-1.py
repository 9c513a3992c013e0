open_the_gate()  # doctest: +SKIP
list(range(20))  # doctest: +ELLIPSIS
"a  b".split()  # doctest: +NORMALIZE_WHITESPACE
int("pear")  # doctest: +IGNORE_EXCEPTION_DETAIL
1 / 3  # doctest: +NUMBER
0.1 + 0.2  # doctest: +FLOAT_CMP
id(1)  # doctest: +IGNORE_OUTPUT
id(2)  # may vary
