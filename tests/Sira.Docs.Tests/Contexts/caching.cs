global using Sira.Gateway.Caching;
