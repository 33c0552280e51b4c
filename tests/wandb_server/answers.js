// Open questions about the real server: no public source answers them, so a client has to be right under
// either answer, and a test can ask for the other one (--answer, POST /test/answers).

const defaults = {
    // HTTP status of a document that is not valid.
    validationStatus: 400,
    // Of a create that an existing version answers: which of its aliases move: all, user (not latest), none.
    dedupAliases: 'all',
    // Does an existing version answer a create with a distributedID?
    dedupDistributed: false,
    // Does a second create with the clientID of a pending artifact give that artifact?
    sameClientID: false,
    // Does createArtifactFiles leave out content that the collection has?
    knownFiles: true,
    // Does it offer multipart upload where the client gives the parts?
    multipart: true,
    // Do PATCHes lie over the latest version's files, or are they all there is?
    patchInherits: false,
    // Two PATCHes bring one path with different content: last (to be uploaded) wins, or refuse.
    patchConflict: 'last',
    // The digest of a merged artifact: computed anew over what it holds, or given by createArtifact.
    mergedDigest: 'computed',
    // May createArtifactManifest name a run that does not exist?
    unknownRun: true,
    // Is `latest` the server's alone, so that addAliases and deleteAliases refuse it?
    protectLatest: true,
    // Do lists of aliases name vN too?
    versionAliases: false,
    // Does /artifactsV2 redirect to a signed URL, or send the content itself?
    redirect: true,
    // Names of features that are off, separated by commas.
    featuresOff: '',
}

export class Answers {
    constructor(pairs = []) {
        Object.assign(this, defaults)
        for (const [name, word] of pairs) this.set(name, word)
    }

    // VALUE: of the default's type, or the text of one.
    set(name, value) {
        if (!Object.hasOwn(defaults, name)) throw new Error(`there is no answer called ${name}`)
        const kind = typeof defaults[name]
        if (kind === 'boolean' && typeof value === 'string') value = { true: true, false: false }[value]
        if (kind === 'number' && typeof value === 'string') value = Number(value)
        if (typeof value !== kind || Number.isNaN(value)) throw new Error(`${name} is not a ${kind}`)
        this[name] = value
    }
}
