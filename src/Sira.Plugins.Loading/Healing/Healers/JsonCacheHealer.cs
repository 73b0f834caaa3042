using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;

namespace Sira.Plugins.Loading.Healing.Healers;

/// <summary>Clears what System.Text.Json remembers of types, among them those of a plugin that was serialised by reflection (dotnet/runtime#65323).</summary>
/// <remarks>The same call that hot reload makes. It forgets the host's types too, which are looked at anew at their next use, and therefore is made only where collections alone did not help.</remarks>
internal sealed class JsonCacheHealer : ILeakHealer
{
    private readonly RuntimeMembers members = new();
    private readonly MethodInfo? clear;

    public JsonCacheHealer() =>
        clear = members.FindMethod(members.FindType(typeof(JsonSerializer).Assembly, "System.Text.Json.JsonSerializerOptionsUpdateHandler"), "ClearCache", typeof(Type[]));

    public string Heals => "types in the caches of System.Text.Json";

    public string? Missing => members.Missing;

    public bool IsCostly => true;

    public int Heal(AssemblyLoadContext context)
    {
        clear!.Invoke(null, [null]);

        // Whether there was anything of the context's, nobody says.
        return 0;
    }
}
