# %% cell 1
# noqa: E501
# type: ignore
# -*- coding: utf-8 -*-
# === set up ===
data = {"a": 1}      # type: dict
data["a"]            # 1
# pylint: disable=all
# ------------------
# (c) nobody in particular
# x = data["b"]      # would be a KeyError
# Note: 1 + 1 is not computed here
# see https://example.org/page#section
