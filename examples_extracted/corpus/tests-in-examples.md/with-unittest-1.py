import unittest

class StackTest(unittest.TestCase):
    def setUp(self):
        self.stack = [1, 2]

    def test_push(self):
        self.stack.append(3)
        self.assertEqual(self.stack, [1, 2, 3])

    def test_pop(self):
        self.assertEqual(self.stack.pop(), 2)
        self.assertEqual(len(self.stack), 1)

    @unittest.skip("there is no limit yet")
    def test_limit(self):
        self.fail()

    @unittest.expectedFailure
    def test_empty(self):
        self.assertEqual(self.stack, [])

if __name__ == "__main__":
    unittest.main()
