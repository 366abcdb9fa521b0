using System.Net;
using System.Text.Json;
using Inkstone.Recipes;

namespace Inkstone.Hub;

/// <content>What to say where the hub does not give what was asked for.</content>
internal sealed partial class HubConnection
{
    private async Task RefuseAsync(HttpResponseMessage response, HubName name, string? file, CancellationToken stop)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        var page = $"{settings.Endpoint.AbsoluteUri.TrimEnd('/')}/{(name.Type == HubRepositoryType.Dataset ? "datasets/" : "")}{name.Id}";
        var access = settings.Token is null ? "set HF_TOKEN to a token of yours (Settings, Access Tokens)" : "the token of HF_TOKEN does not give access to it, or has run out";
        throw new HubException((response.StatusCode, Header(response, "X-Error-Code")) switch
        {
            (_, "GatedRepo") or (HttpStatusCode.Forbidden, _) =>
                $"{name.Id} is gated or private ({StatusOf(response)}): ask for access on {page}, and {access}.",
            (HttpStatusCode.Unauthorized, _) or (_, "RepoNotFound") =>
                $"{page} is not to be seen ({StatusOf(response)}): check the spelling, org/name; if it is private or gated, {access}.",
            (HttpStatusCode.NotFound, "RevisionNotFound") => $"{name.Id} has no revision {name.Revision}; {await RevisionsAsync(name, stop).ConfigureAwait(false)}",
            (HttpStatusCode.NotFound, _) when file is not null => $"{name} has no file {file} ({StatusOf(response)}).",
            (HttpStatusCode.NotFound, _) => $"{page} has no revision {name.Revision}, or does not exist ({StatusOf(response)}): check the spelling, org/name@revision.",
            _ => $"{response.RequestMessage?.RequestUri?.GetLeftPart(UriPartial.Path)} answered {StatusOf(response)}. Check HF_ENDPOINT.",
        });
    }

    /// <summary>Which revisions there are, as the end of a sentence.</summary>
    private async Task<string> RevisionsAsync(HubName name, CancellationToken stop)
    {
        try
        {
            var json = await RepeatedAsync(Address($"api/{name.Plural}/{name.Id}/refs"), HttpMethod.Get, null, isMetadata: false, async (response, patience) =>
                response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(patience).ConfigureAwait(false) : "{}"u8.ToArray(), stop).ConfigureAwait(false);
            using var document = JsonDocument.Parse(json);
            var names = document.RootElement.EnumerateObject().Where(property => property.Name is "branches" or "tags")
                .SelectMany(property => property.Value.EnumerateArray()).Select(entry => entry.GetProperty("name").GetString() ?? "").ToList();
            return NearestName.Of(name.Revision, names) is { } near ? $"did you mean {name.Id}@{near}?" : names.Count > 0 ? HubMessages.Having(names) : "check the spelling.";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or HubUnreachableException)
        {
            return "check the spelling.";
        }
    }
}
