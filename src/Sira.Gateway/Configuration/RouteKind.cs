namespace Sira.Gateway.Configuration;

/// <summary>What a route is for.</summary>
internal enum RouteKind
{
    /// <summary>Chat.</summary>
    Chat,

    /// <summary>Embeddings.</summary>
    Embeddings,
}
