// Files: of a manifest's entry, asked for by createArtifactFiles, a manifest itself, or a run's.

import { basename } from 'node:path'
import { hexOf } from '../names.js'
import { connection } from './connection.js'

// A file of an artifact, or a reference of one.
export const entryFile = (artifact, entry) => ({ artifact, entry })

export function contentFiles(artifact, { names, ...page }) {
    const wanted = names && new Set(names)
    const entries = wanted ? artifact.contents.filter(({ path }) => wanted.has(path)) : artifact.contents
    return connection(entries, page, (entry) => ({ node: entryFile(artifact, entry) }))
}

function storedFile({ entry, file }, { world }) {
    if (!entry) return file ?? null
    if (entry.ref !== null) return null
    return world.directory.get('Artifact', entry.birthArtifactID)?.files.get(hexOf(entry.digest)) ?? null
}

// A field of the file that is stored, or NONE where nothing is.
const stored =
    (pick, none = null) =>
    (source, _, context) => {
        const file = storedFile(source, context)
        return file ? pick(file, context, source) : none
    }

const nameOf = ({ name, entry, file, runFile }) => name ?? entry?.path ?? file?.name ?? runFile?.name

export const files = {
    File: {
        id: (source) => Buffer.from(`File:${source.file?.id ?? nameOf(source)}`).toString('base64'),
        name: nameOf,
        displayName: (source) => basename(nameOf(source)),
        url({ artifact, entry, runFile }, { upload }, { urls }) {
            if (runFile) return upload ? runFile.url : null
            return entry && entry.ref === null && !upload ? urls.handler(artifact, entry) : null
        },
        directUrl(source, _, context) {
            if (source.entry && source.entry.ref !== null) return source.entry.ref
            const file = storedFile(source, context)
            return file ? context.urls.signed('GET', file.key) : ''
        },
        uploadUrl: ({ file, known }, _, { urls }) => (file && !known ? urls.signed('PUT', file.key) : null),
        uploadHeaders: ({ file }) => file?.uploadHeaders ?? [],
        uploadMultipartUrls({ file, known, inParts }, _, { urls }) {
            if (!inParts || known) return null
            const uploadUrlParts = file.multipart.parts.map((__, index) => ({
                partNumber: index + 1,
                uploadUrl: urls.signed('PUT', file.key, index + 1),
            }))
            return { uploadID: file.multipart.uploadID, uploadUrlParts }
        },
        storagePath: stored((file) => file.key),
        sizeBytes: ({ entry, file }) => entry?.size ?? file?.object?.size ?? 0,
        mimetype: stored((file) => file.mimetype),
        digest: (source) => source.entry?.digest ?? source.file?.md5 ?? null,
        md5: stored((file) => file.md5),
        createdAt: stored((file) => file.createdAt),
        updatedAt: () => null,
        artifact: ({ artifact, file }) => artifact ?? file?.artifact ?? null,
    },
    ArtifactManifest: {
        file: ({ file, name, isUploaded, artifact }) => ({ file, name, known: isUploaded, artifact }),
    },
}
