"""Gates: who may come in, judged on a guard's device without a network, and the ledger of it."""
