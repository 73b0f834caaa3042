namespace Sira.Gateway.Configuration;

/// <summary>Says that code added a route of this name; its settings are the named <see cref="RouteOptions"/>.</summary>
/// <param name="Name">The route's name.</param>
/// <param name="Kind">What the route is for.</param>
internal sealed record RouteRegistration(string Name, RouteKind Kind)
{
    /// <summary>The name of the options: chat and embedding routes may share a name, so theirs differ.</summary>
    public string OptionsName => Kind == RouteKind.Chat ? Name : "embeddings:" + Name;
}
