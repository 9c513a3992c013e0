import unittest

class QueueCase(unittest.TestCase):
    def test_first_in_first_out(self):
        queue = ["a", "b"]
        self.assertEqual(queue.pop(), "a")

    def test_order(self):
        with self.assertRaises(IndexError):
            [].pop()
