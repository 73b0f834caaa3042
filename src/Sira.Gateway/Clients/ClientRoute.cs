namespace Sira.Gateway.Clients;

/// <summary>The route that a client was made for, as stages may ask for it with <c>GetService</c>.</summary>
/// <param name="Name">The route; <see langword="null"/> for the client that takes the default one or what a call names.</param>
internal sealed record ClientRoute(string? Name);
