import tkinter; tkinter.Tk()
