"""Text messages through Twilio: the sender, and its reports of what became of them and of what people text back."""
