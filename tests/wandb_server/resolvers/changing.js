// What is changed on artifacts and collections that are there.

import { checkAlias, checkRenamed, checkTags } from '../names.js'
import { newID } from '../ids.js'
import { checkAliases } from '../model/collections.js'
import { badInput, conflict } from '../refusal.js'

// The collections and versions that an input's aliases are about; refuses before anything is changed.
function aliasTargets({ artifactID, aliases }, { world, user }, operation) {
    const artifact = world.need(user, 'Artifact', artifactID).needAlive(operation)
    return aliases.map(({ entityName, projectName, artifactCollectionName, alias }) => {
        checkAlias(alias)
        if (alias === 'latest' && world.answers.protectLatest) throw badInput("alias latest is the server's")
        const project = world.projects.need(user, entityName, projectName, operation)
        const collection = project.needCollection(artifactCollectionName)
        return { collection, alias, membership: collection.needMembershipOf(artifact) }
    })
}

// The home version has exactly these aliases, beside `latest`.
function replaceAliases(artifact, aliases) {
    const { collection, home } = artifact
    if (!home) throw conflict('updateArtifact: artifact is no version of its collection')
    checkAliases(collection.name, aliases)
    for (const { alias } of collection.aliasesOf(home))
        if (alias !== 'latest') collection.aliases.delete(alias)
    for (const { alias } of aliases) if (alias !== 'latest') collection.point(alias, home)
}

function update(kind, idName) {
    return (_, { input }, { world, user }) => {
        const collection = world.need(user, kind, input[idName])
        const { name, description, clientMutationId } = input
        if (name != null && name !== collection.name) {
            checkRenamed(name)
            const { collections } = collection.project
            if (collections.has(name)) throw conflict(`there is a collection ${name} already`)
            collections.delete(collection.name)
            collection.name = name
            collections.set(name, collection)
        }
        collection.description = description ?? collection.description
        return { artifactCollection: collection, clientMutationId }
    }
}

function remove(kind, idName) {
    return (_, { input }, { world, user }) => {
        const collection = world.need(user, kind, input[idName])
        for (const { artifact } of [...collection.memberships]) {
            if (collection.isSequence) erase(artifact)
            else collection.remove(collection.membershipOf(artifact))
        }
        collection.project.collections.delete(collection.name)
        return { artifactCollection: collection, clientMutationId: input.clientMutationId }
    }
}

function erase(artifact) {
    for (const membership of [...artifact.memberships]) membership.collection.remove(membership)
    artifact.state = 'DELETED'
    if (artifact.distributedID) artifact.collection.pending.delete(artifact.distributedID)
}

function taggedCollection(
    { entityName, projectName, artifactCollectionName, tags },
    { world, user },
    operation,
) {
    checkTags(tags)
    return world.projects
        .need(user, entityName, projectName, operation)
        .needCollection(artifactCollectionName)
}

export const changing = {
    Mutation: {
        updateArtifact(_, { input }, { world, user }) {
            const artifact = world.need(user, 'Artifact', input.artifactID).needAlive('updateArtifact')
            checkTags(input.tagsToDelete ?? [])
            if (input.aliases != null) replaceAliases(artifact, input.aliases)
            artifact.describe(input)
            artifact.addTags(input.tagsToAdd ?? [])
            for (const { tagName } of input.tagsToDelete ?? []) artifact.tags.delete(tagName)
            artifact.updatedAt = new Date().toISOString()
            return { artifact, clientMutationId: input.clientMutationId }
        },
        deleteArtifact(_, { input }, { world, user }) {
            const artifact = world.need(user, 'Artifact', input.artifactID).needAlive('deleteArtifact')
            const named = artifact.memberships.some((m) => m.collection.aliasesOf(m).length > 0)
            if (named && !input.deleteAliases) throw conflict('deleteArtifact: artifact has aliases')
            erase(artifact)
            return { artifact, success: true, clientMutationId: input.clientMutationId }
        },
        addAliases(_, { input }, context) {
            for (const { collection, alias, membership } of aliasTargets(input, context, 'addAliases')) {
                collection.point(alias, membership)
            }
            return { success: true, clientMutationId: input.clientMutationId }
        },
        deleteAliases(_, { input }, context) {
            for (const { collection, alias, membership } of aliasTargets(input, context, 'deleteAliases')) {
                if (collection.aliases.get(alias)?.membership === membership) collection.aliases.delete(alias)
            }
            return { success: true, clientMutationId: input.clientMutationId }
        },
        updateArtifactSequence: update('ArtifactSequence', 'artifactSequenceID'),
        updateArtifactPortfolio: update('ArtifactPortfolio', 'artifactPortfolioID'),
        deleteArtifactSequence: remove('ArtifactSequence', 'artifactSequenceID'),
        deleteArtifactPortfolio: remove('ArtifactPortfolio', 'artifactPortfolioID'),
        moveArtifactSequence(_, { input }, { world, user }) {
            const collection = world.need(user, 'ArtifactSequence', input.artifactSequenceID)
            collection.type = collection.project.type(input.destinationArtifactTypeName)
            return { artifactCollection: collection, clientMutationId: input.clientMutationId }
        },
        createArtifactCollectionTagAssignments(_, { input }, context) {
            const collection = taggedCollection(input, context, 'createArtifactCollectionTagAssignments')
            for (const { tagName: name } of input.tags) {
                if (!collection.tags.has(name)) collection.tags.set(name, { id: newID('Tag'), name })
            }
            return { tags: [...collection.tags.values()] }
        },
        deleteArtifactCollectionTagAssignments(_, { input }, context) {
            const collection = taggedCollection(input, context, 'deleteArtifactCollectionTagAssignments')
            for (const { tagName } of input.tags) collection.tags.delete(tagName)
            return { success: true }
        },
    },
}
