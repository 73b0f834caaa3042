global using Sira.Gateway.Caching;
global using Sira.Storage.Engines.Sqlite;
