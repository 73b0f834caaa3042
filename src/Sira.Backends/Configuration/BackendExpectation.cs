namespace Sira.Backends.Configuration;

/// <summary>That a builder call counts on a backend of some name. Registered as a service; a name that no backend has by the first load is a mistake, shown with the names that exist.</summary>
/// <remarks>For calls that plug something into a backend's HTTP client: with a wrong name they would have no effect, and the requests would go to the network. A later reload may take the backend away.</remarks>
/// <param name="Backend">The backend's name, exactly: HTTP clients are told apart by case.</param>
/// <param name="Call">The builder call that names it, such as <c>SimulateBackend</c>.</param>
public sealed record BackendExpectation(string Backend, string Call);
