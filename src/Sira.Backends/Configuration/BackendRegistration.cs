namespace Sira.Backends.Configuration;

/// <summary>That code added a backend; what it set stands in the named <see cref="BackendOptions"/>.</summary>
/// <param name="Name">The backend's name, which is also the options' name.</param>
/// <param name="Kind">The kind that the builder call stands for.</param>
internal sealed record BackendRegistration(string Name, string Kind);
