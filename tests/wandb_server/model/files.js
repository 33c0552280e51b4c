// Files that are uploaded, or have been: of artifacts, by the artifact they were born in and their MD5, and
// manifests.

import { randomBytes } from 'node:crypto'
import { newID } from '../ids.js'
import { hexOf } from '../names.js'
import { badInput, notFound } from '../refusal.js'

export const storageHeader = 'X-Upload-Class' // signed as the others: who leaves it out is refused

class File {
    constructor({ key, name, md5, mimetype, artifact, kind }) {
        this.id = newID('File')
        Object.assign(this, { key, name, md5, artifact, kind })
        this.hex = hexOf(md5)
        this.mimetype = mimetype || 'application/octet-stream'
        this.createdAt = new Date().toISOString()
        this.object = null // until it is uploaded
        this.multipart = null
    }

    get uploadHeaders() {
        return [`Content-MD5:${this.md5}`, `Content-Type:${this.mimetype}`, `${storageHeader}:${this.kind}`]
    }

    expectParts(parts) {
        const numbers = parts.map((part) => part.partNumber)
        if (numbers.some((number, index) => number !== index + 1) || numbers.length > 10000) {
            throw badInput('parts are not numbered from 1 to at most 10000')
        }
        for (const { hexMD5 } of parts) {
            if (!/^[0-9a-f]{32}$/.test(hexMD5)) throw badInput(`${hexMD5} is not the hex MD5 of a part`)
        }
        this.multipart = {
            uploadID: randomBytes(12).toString('hex'),
            parts: parts.map(({ hexMD5 }) => ({ hex: hexMD5, etag: null, object: null })),
        }
    }
}

export class Files {
    #byKey = new Map()

    byKey(key) {
        return this.#byKey.get(key) ?? null
    }

    all() {
        return [...this.#byKey.values()]
    }

    #add(file) {
        this.#byKey.set(file.key, file)
        return file
    }

    // The file of ARTIFACT with this content; made if there is none.
    ofArtifact(artifact, { name, md5, mimetype }) {
        const hex = hexOf(md5)
        const known = artifact.files.get(hex)
        if (known) return known
        const number = Buffer.from(artifact.id, 'base64').toString().split(':')[1]
        const file = new File({
            key: `wandb_artifacts/${number}/${hex}`,
            name,
            md5,
            mimetype,
            artifact,
            kind: 'file',
        })
        artifact.files.set(hex, file)
        return this.#add(file)
    }

    ofManifest(manifest, md5) {
        const number = Buffer.from(manifest.id, 'base64').toString().split(':')[1]
        const key = `wandb_manifests/${number}/${hexOf(md5)}`
        const { name, artifact } = manifest
        return (
            this.byKey(key) ??
            this.#add(new File({ key, name, md5, mimetype: 'application/json', artifact, kind: 'manifest' }))
        )
    }

    // What completeMultipartUploadArtifact asks for: the parts are the object from now on.
    complete({ storagePath, uploadID, artifactID, completedParts }, objects) {
        const file = this.byKey(storagePath)
        const upload = file?.multipart
        if (file?.artifact.id !== artifactID || upload?.uploadID !== uploadID) {
            throw notFound('there is no such multipart upload')
        }
        if (completedParts.length !== upload.parts.length) {
            throw badInput(`${completedParts.length} parts are completed, of ${upload.parts.length}`)
        }
        completedParts.forEach(({ partNumber, hexMD5 }, index) => {
            const part = upload.parts[index]
            if (partNumber !== index + 1) throw badInput('parts are completed out of order')
            if (!part.object) throw badInput(`part ${partNumber} was never uploaded`)
            if (part.etag !== hexMD5) throw badInput(`part ${partNumber} has another ETag`)
        })
        file.object ??= objects.join(upload.parts.map((part) => part.object))
        return file
    }
}
