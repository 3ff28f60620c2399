"""The week in one page and one mail: what is late and due, owed, newly stuck, ending, and changed."""
