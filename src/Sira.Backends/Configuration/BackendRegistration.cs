namespace Sira.Backends.Configuration;

/// <summary>That code added a backend; what it set stands in the named <see cref="BackendOptions"/>.</summary>
/// <param name="Name">The backend's name, which is also the options' name.</param>
/// <param name="Kind">The kind that the builder call stands for.</param>
/// <param name="Call">The builder call, such as <c>AddOpenAI</c>.</param>
/// <param name="Settings">What was given to the call; equal for two calls that are the same.</param>
internal sealed record BackendRegistration(string Name, string Kind, string Call, object? Settings)
{
    /// <summary>Returns whether another call says the very same, so that making it again changes nothing.</summary>
    public bool IsSameAs(BackendRegistration other) =>
        HasNameOf(other) && string.Equals(Kind, other.Kind, StringComparison.OrdinalIgnoreCase) && Equals(Settings, other.Settings);

    public bool HasNameOf(BackendRegistration other) => string.Equals(Name, other.Name, StringComparison.OrdinalIgnoreCase);
}
