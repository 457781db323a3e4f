tags = {
  site = "Journal"
  team = "platform"
}

scratch = ["tmp", "old"]
