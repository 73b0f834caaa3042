using Sira.Models;
using Sira.Requests;

namespace Sira.Gateway.Selection.Rules;

/// <summary>That a request uses, or does not use, any of some features.</summary>
internal sealed class FeatureCondition(RequestFeatures features, bool isUsed) : RuleCondition
{
    public override bool Holds(RequestContext request, in RequestProfile profile, string? model) => (profile.Features & features) != 0 == isUsed;
}
