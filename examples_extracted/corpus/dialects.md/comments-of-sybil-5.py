printer.print_page(2)
