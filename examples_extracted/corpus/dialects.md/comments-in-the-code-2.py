# xdoctest: +SKIP
feed_the_cat()
# xdoctest: -SKIP
2 + 2
paint()  # xdoctest: +REQUIRES(WIN32)
