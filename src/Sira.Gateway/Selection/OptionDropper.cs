using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Gateway.Selection;

/// <summary>Leaves tuning options out of a copy, where the route's policy allows it.</summary>
internal static class OptionDropper
{
    public static void Drop(ChatOptions options, RequestFeatures features)
    {
        options.Temperature = Has(RequestFeatures.Temperature) ? null : options.Temperature;
        options.TopP = Has(RequestFeatures.TopP) ? null : options.TopP;
        options.TopK = Has(RequestFeatures.TopK) ? null : options.TopK;
        options.FrequencyPenalty = Has(RequestFeatures.FrequencyPenalty) ? null : options.FrequencyPenalty;
        options.PresencePenalty = Has(RequestFeatures.PresencePenalty) ? null : options.PresencePenalty;
        options.Seed = Has(RequestFeatures.Seed) ? null : options.Seed;
        options.Reasoning = Has(RequestFeatures.Reasoning) ? null : options.Reasoning;
        options.AllowMultipleToolCalls = Has(RequestFeatures.ParallelToolCalls) ? null : options.AllowMultipleToolCalls;

        bool Has(RequestFeatures feature) => (features & feature) != 0;
    }
}
