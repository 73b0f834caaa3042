global using Sira.Plugins.Loading.Signing;
