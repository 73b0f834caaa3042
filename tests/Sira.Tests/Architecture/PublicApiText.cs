using System.Reflection;
using System.Text;

namespace Sira.Tests.Architecture;

/// <summary>Writes the public surface of an assembly as sorted lines.</summary>
internal static class PublicApiText
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.Namespace).Append('.').Append(NestedName(type)).Append(Bases(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal).Distinct())
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{name} = {Convert.ToUInt64(Enum.Parse(type, name), System.Globalization.CultureInfo.InvariantCulture)}");
        }

        var constructors = type.GetConstructors(Declared).Where(IsVisible).Select(constructor => $"new({Parameters(constructor)})");
        var methods = type.GetMethods(Declared).Where(method => IsVisible(method) && !method.IsSpecialName && !method.Name.StartsWith('<')).Select(method => $"{Modifiers(method)}{Name(method.ReturnType)} {method.Name}{Generics(method)}({Parameters(method)})");
        var properties = type.GetProperties(Declared).Where(property => property.GetAccessors(nonPublic: true).Any(IsVisible)).Select(Property);
        var fields = type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily).Select(field => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : string.Empty)}{Name(field.FieldType)} {field.Name}{(field.IsLiteral ? $" = {field.GetRawConstantValue()}" : string.Empty)}");
        var events = type.GetEvents(Declared).Where(found => IsVisible(found.AddMethod!)).Select(found => $"event {Name(found.EventHandlerType!)} {found.Name}");
        return constructors.Concat(methods).Concat(properties).Concat(fields).Concat(events);
    }

    private static string Property(PropertyInfo property)
    {
        var getter = property.GetMethod is { } get && IsVisible(get) ? " get;" : string.Empty;
        var setter = property.SetMethod is { } set && IsVisible(set)
            ? set.ReturnParameter.GetRequiredCustomModifiers().Any(modifier => modifier.Name == "IsExternalInit") ? " init;" : " set;"
            : string.Empty;
        return $"{Modifiers(property.GetAccessors(nonPublic: true)[0])}{Name(property.PropertyType)} {property.Name} {{{getter}{setter} }}";
    }

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static string Modifiers(MethodInfo method) =>
        method.DeclaringType!.IsInterface ? string.Empty
        : (method.IsFamily || method.IsFamilyOrAssembly ? "protected " : string.Empty)
            + (method.IsStatic ? "static " : method.IsAbstract ? "abstract " : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } ? "virtual " : string.Empty);

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        $"{(parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? "ref " : string.Empty)}{Name(parameter.ParameterType)} {parameter.Name}{(parameter.HasDefaultValue ? $" = {parameter.DefaultValue ?? "null"}" : string.Empty)}"));

    private static string Generics(MethodInfo method) => method.IsGenericMethodDefinition ? $"<{string.Join(", ", method.GetGenericArguments().Select(argument => argument.Name))}>" : string.Empty;

    private static string Kind(Type type) =>
        type.IsEnum ? "enum"
        : type.IsInterface ? "interface"
        : type.IsValueType ? "struct"
        : type is { IsAbstract: true, IsSealed: true } ? "static class"
        : type.IsAbstract ? "abstract class"
        : type.IsSealed ? "sealed class"
        : "class";

    private static string Bases(Type type)
    {
        if (type.IsEnum || type is { IsAbstract: true, IsSealed: true })
        {
            return string.Empty;
        }

        var bases = (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) ? [Name(parent)] : Array.Empty<string>())
            .Concat(type.GetInterfaces().Where(found => found.IsPublic).Select(Name).Order(StringComparer.Ordinal)).ToArray();
        return bases.Length == 0 ? string.Empty : " : " + string.Join(", ", bases);
    }

    private static string NestedName(Type type) => (type.DeclaringType is { } outer ? NestedName(outer) + "." : string.Empty) + Name(type);

    private static string Name(Type type)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!);
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        return type.IsGenericType
            ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : type.Name;
    }
}
