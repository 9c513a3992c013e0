for customer in customers:
    print(customer.name)
