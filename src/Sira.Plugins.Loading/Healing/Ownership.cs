using System.Runtime.Loader;

namespace Sira.Plugins.Loading.Healing;

/// <summary>Says whether something belongs to a context, and so to a plugin.</summary>
internal static class Ownership
{
    /// <summary>Says whether a type is the context's, or made of one that is.</summary>
    public static bool Owns(this AssemblyLoadContext context, Type? type)
    {
        if (type is null || !type.IsCollectible)
        {
            return false;
        }

        return type.HasElementType
            ? context.Owns(type.GetElementType())
            : AssemblyLoadContext.GetLoadContext(type.Assembly) == context || (type.IsConstructedGenericType && Array.Exists(type.GenericTypeArguments, context.Owns));
    }

    /// <summary>Says whether a delegate runs code of the context. All of a list of them must: a list that the host and a plugin share is not the plugin's.</summary>
    public static bool Owns(this AssemblyLoadContext context, Delegate? callback)
    {
        if (callback is null)
        {
            return false;
        }

        foreach (var single in callback.GetInvocationList())
        {
            var method = single.Method;
            var isOwn = context.Owns(method.DeclaringType)
                || (method.IsGenericMethod && Array.Exists(method.GetGenericArguments(), context.Owns))
                || context.Owns(single.Target?.GetType())
                || (single.Target is Delegate inner && context.Owns(inner));
            if (!isOwn)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Says whether an object is the context's: of a type of its, or a delegate into its code.</summary>
    public static bool OwnsObject(this AssemblyLoadContext context, object? value) => value is Delegate callback ? context.Owns(callback) : context.Owns(value?.GetType());
}
