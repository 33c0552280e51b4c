// What may be a name. The rules are W&B's.

import { badInput } from './refusal.js'

const text = (value, what, most = 128) => {
    if (typeof value !== 'string' || value === '') throw badInput(`${what} is empty`)
    if (value.length > most) throw badInput(`${what} is longer than ${most} characters`)
    return value
}

export function checkProject(name) {
    if (/[/\\#?%:\r\n]/.test(text(name, 'project name'))) {
        throw badInput(`project name ${name} contains one of / \\ # ? % : or a line break`)
    }
}

export function checkRun(name) {
    if (/[:;,#?/']/.test(text(name, 'run id')) || name.trim() !== name) {
        throw badInput(`run id ${name} contains one of : ; , # ? / ' or begins or ends with a space`)
    }
}

export function checkCollection(name) {
    if (!/^[a-zA-Z0-9_.-]+$/.test(text(name, 'artifact name'))) {
        throw badInput(`artifact name ${name} may only contain letters, digits, -, _ and .`)
    }
}

export function checkRenamed(name) {
    if (text(name, 'artifact name').includes('/')) throw badInput(`artifact name ${name} contains /`)
}

export function checkType(type, collection = '') {
    if (!/^[-\w]+([ ]*[-.\w]+)*$/.test(text(type, 'artifact type'))) {
        throw badInput(`artifact type ${type} is not valid`)
    }
    const reserved =
        type === 'job' ||
        type.startsWith('wandb-') ||
        (type === 'run_table' && collection.startsWith('run-')) ||
        (type === 'code' && collection.startsWith('source-'))
    if (reserved) throw badInput(`artifact type ${type} is reserved for internal use`)
}

export const isVersion = (alias) => /^v\d+$/.test(alias)

export function checkAlias(alias) {
    if (/[/:]/.test(text(alias, 'alias'))) throw badInput(`alias ${alias} contains / or :`)
    if (isVersion(alias)) throw badInput(`alias ${alias} is the server's: it names a version`)
}

export function checkTags(tags) {
    if (tags.length > 20) throw badInput('more than 20 tags')
    for (const { tagName } of tags) {
        if (!/^[-\w]+( +[-\w]+)*$/.test(text(tagName, 'tag'))) throw badInput(`tag ${tagName} is not valid`)
    }
}

export function checkPath(path) {
    const parts = text(path, 'path', 1 << 20).split('/')
    if (parts.some((part) => part === '' || part === '.' || part === '..')) {
        throw badInput(`path ${path} is not a relative path without empty, . and .. components`)
    }
}

export function checkMetadata(json) {
    let value
    try {
        value = JSON.parse(json)
    } catch {
        throw badInput('metadata is not JSON')
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        throw badInput('metadata is not a JSON object')
    }
    if (Object.keys(value).length > 100) throw badInput('metadata has more than 100 keys')
}

export const isMd5 = (digest) => /^[A-Za-z0-9+/]{21}[AQgw]==$/.test(digest)
export const hexOf = (md5) => Buffer.from(md5, 'base64').toString('hex')

export function checkMd5(digest, what) {
    if (!isMd5(digest)) throw badInput(`digest of ${what} is not base64 of an MD5: ${digest}`)
}
