global using Sira.Gateway.Ledger;
