// The command line.

import { parseArgs } from 'node:util'

export const usage = `usage: server.js --folder DIR --key KEY=USER [option ...]
  --folder DIR              where content is kept while it runs; made if it is not there
  --key KEY=USER            an API key and whose it is; again for each
  --team TEAM=USER,...      a team and its members; again for each
  --default-entity USER=E   the entity of a user who names none (USER itself)
  --organization O=TEAM,... an organization of teams, with the entity O-org of its own
  --port N                  of the API (one that is free)
  --pid-file FILE           the process' id, written before it listens
  --certificate FILE --private-key FILE   PEM: speak TLS
  --same-origin             sign URLs for the API's own port, as a self-hosted server does
  --url-life SECONDS        of signed URLs (3600)
  --answer NAME=VALUE       one of the open questions, answered otherwise (README.md); again for each`

const text = { type: 'string' }
const texts = { type: 'string', multiple: true, default: [] }

// "a=b" to ["a", "b"]; what is left of the first "=" names it.
export function pair(word, option) {
    const at = word.indexOf('=')
    if (at < 1 || at === word.length - 1) throw new Error(`--${option}: ${word} is not NAME=VALUE`)
    return [word.slice(0, at), word.slice(at + 1)]
}

function number(word, option, least, most) {
    const value = Number(word)
    if (word.trim() === '' || !(value >= least && value <= most)) {
        throw new Error(`--${option}: ${word} is not a number from ${least} to ${most}`)
    }
    return value
}

export function parseOptions(words) {
    const { values } = parseArgs({
        args: words,
        strict: true,
        options: {
            folder: text,
            key: texts,
            team: texts,
            'default-entity': texts,
            organization: texts,
            port: { ...text, default: '0' },
            'pid-file': text,
            certificate: text,
            'private-key': text,
            'same-origin': { type: 'boolean', default: false },
            'url-life': { ...text, default: '3600' },
            answer: texts,
        },
    })
    if (!values.folder) throw new Error('--folder is missing')
    if (values.key.length === 0) throw new Error('--key is missing')
    if (!values.certificate !== !values['private-key']) {
        throw new Error('--certificate and --private-key go together')
    }
    const pairs = (option) => values[option].map((word) => pair(word, option))
    const lists = (option) => pairs(option).map(([name, list]) => [name, list.split(',')])
    return {
        folder: values.folder,
        keys: pairs('key'),
        teams: lists('team'),
        defaultEntities: pairs('default-entity'),
        organizations: lists('organization'),
        port: number(values.port, 'port', 0, 65535),
        pidFile: values['pid-file'],
        certificate: values.certificate,
        privateKey: values['private-key'],
        sameOrigin: values['same-origin'],
        urlLife: number(values['url-life'], 'url-life', 0, 1e9),
        answers: pairs('answer'),
    }
}
