// Who there is: users with their keys, teams, organizations. An entity is a user, a team or an
// organization's own; users read and write their own and their teams'.

import { timingSafeEqual } from 'node:crypto'
import { Refusal, denied, notFound } from './refusal.js'

export class Accounts {
    constructor({ keys, teams = [], defaultEntities = [], organizations = [] }) {
        this.keys = new Map(keys)
        this.users = new Map()
        this.entities = new Map() // name: { name, members, organization }
        for (const user of this.keys.values()) {
            if (this.users.has(user)) continue
            this.users.set(user, { name: user, entity: user, teams: [] })
            this.entities.set(user, { name: user, members: [user], organization: null })
        }
        for (const [name, members] of teams) {
            this.entities.set(name, { name, members, organization: null })
            for (const user of members) this.users.get(user)?.teams.push(name)
        }
        for (const [name, members] of organizations) this.#organize(name, members)
        for (const [user, entity] of defaultEntities) {
            if (!this.users.has(user)) throw new Error(`no key is of user ${user}`)
            this.users.get(user).entity = entity
        }
    }

    #organize(name, teams) {
        const organization = { name, orgEntity: `${name}-org`, teams }
        const members = []
        for (const team of teams) {
            const entity = this.entities.get(team)
            if (!entity) throw new Error(`there is no entity ${team}`)
            entity.organization = organization
            members.push(...entity.members)
        }
        this.entities.set(organization.orgEntity, { name: organization.orgEntity, members, organization })
    }

    // The user of an Authorization header; refuses what is none.
    login(header) {
        const [, scheme, word] = /^(\w+) +(\S+)$/.exec(header ?? '') ?? []
        const text = scheme?.toLowerCase() === 'basic' ? Buffer.from(word, 'base64').toString() : ''
        const key = text.startsWith('api:') ? text.slice(4) : ''
        for (const [known, user] of this.keys) {
            const [a, b] = [Buffer.from(known), Buffer.from(key)]
            if (a.length === b.length && timingSafeEqual(a, b)) return this.users.get(user)
        }
        throw new Refusal(401, 'user is not logged in')
    }

    // The key that TEXT holds, if any: it belongs nowhere but into Authorization.
    leaks(text) {
        for (const key of this.keys.keys()) if (text.includes(key)) return true
        return false
    }

    mayUse(user, entity) {
        return this.entities.get(entity)?.members.includes(user.name) ?? false
    }

    // The entity's name, or the user's default one's; refuses one that is not there or not the user's.
    entityFor(user, name, operation) {
        const entity = name || user.entity
        if (!this.entities.has(entity)) throw notFound(`entity ${entity} not found during ${operation}`)
        if (!this.mayUse(user, entity)) throw denied()
        return entity
    }
}
