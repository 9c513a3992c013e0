import unittest

from shapes import Box, Circle, largest


class ShapesTest(unittest.TestCase):
    def test_area(self):
        self.assertEqual(Box(2, 3).area(), 6)

    def test_largest(self):
        self.assertEqual(largest([Box(1, 1), Circle(1)]), Circle(1))


result = unittest.main(argv=["test"], exit=False, verbosity=0).result
result.testsRun           # 2
result.wasSuccessful()    # True
