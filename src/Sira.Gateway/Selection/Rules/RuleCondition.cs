using Sira.Requests;

namespace Sira.Gateway.Selection.Rules;

/// <summary>One condition of a rule.</summary>
internal abstract class RuleCondition
{
    /// <summary>Whether a request meets it.</summary>
    /// <param name="request">Who makes the request.</param>
    /// <param name="profile">What the request is like.</param>
    /// <param name="model">The model that was asked for, as the caller wrote it.</param>
    public abstract bool Holds(RequestContext request, in RequestProfile profile, string? model);
}
