global using Sira.Gateway.Configuration.Traffic;
