namespace Sira.Session.Tests.Support;

public sealed record Basket(string Owner, int[] Items);
