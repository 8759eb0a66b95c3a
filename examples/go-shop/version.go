package main

// version is in every answer: edit it, save, and watch it change.
const version = "1"
