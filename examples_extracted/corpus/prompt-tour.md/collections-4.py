from collections import namedtuple
Stop = namedtuple("Stop", "name zone", defaults=["A"])
Stop("Quay")
Stop("Quay")._replace(zone="B").zone
Stop("Quay") == ("Quay", "A")
Stop()  # doctest: +ELLIPSIS
