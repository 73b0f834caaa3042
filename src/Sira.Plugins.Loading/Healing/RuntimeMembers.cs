using System.Reflection;

namespace Sira.Plugins.Loading.Healing;

/// <summary>Finds members of the runtime that are not public, and notes the first one that is not there.</summary>
internal sealed class RuntimeMembers
{
    private const BindingFlags Any = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Gets the first member that was asked for in vain.</summary>
    public string? Missing { get; private set; }

    public Type? FindType(Assembly assembly, string name) => Noted(assembly.GetType(name, throwOnError: false), name);

    public FieldInfo? FindField(Type? type, string name, Type? expected = null)
    {
        var field = type?.GetField(name, Any);
        return Noted(field is not null && expected?.IsAssignableFrom(field.FieldType) != false ? field : null, $"{type?.FullName}.{name}");
    }

    public PropertyInfo? FindProperty(Type? type, string name) => Noted(type?.GetProperty(name, Any), $"{type?.FullName}.{name}");

    public MethodInfo? FindMethod(Type? type, string name, params Type[] parameters) =>
        Noted(type?.GetMethod(name, Any, parameters), $"{type?.FullName}.{name}");

    private TMember? Noted<TMember>(TMember? member, string name)
        where TMember : MemberInfo
    {
        Missing ??= member is null ? name : null;
        return member;
    }
}
