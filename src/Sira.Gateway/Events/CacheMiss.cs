using Sira.Requests;

namespace Sira.Gateway.Events;

/// <summary>Published on the bus when the cache had no answer and a model was asked, when that has ended.</summary>
/// <param name="Request">The request; <see langword="null"/> when its caller named none.</param>
/// <param name="Route">The route of the client that was asked; <see langword="null"/> for the default one.</param>
/// <param name="IsStored">Whether the answer was stored.</param>
public readonly record struct CacheMiss(RequestContext? Request, string? Route, bool IsStored);
