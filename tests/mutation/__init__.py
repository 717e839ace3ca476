"""Small planted bugs: do the everyday tests find them?"""
