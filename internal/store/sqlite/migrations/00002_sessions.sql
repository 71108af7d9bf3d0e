-- Sessions become facts, and events say where they happened: what a contact did
-- can be replayed against a survey that is not published yet.

-- +goose Up

-- Small rows, one to a contact and moment, kept in their key's tree: starting a
-- session costs one row in one tree.
create table session (
    project_id blob   not null,
    contact_id blob   not null,
    at         bigint not null,
    page       text   not null, -- without query and fragment
    locale     text   not null,
    device     text   not null,
    country    text   not null,
    primary key (project_id, contact_id, at)
) without rowid;

alter table event add column page text not null default ''; -- '' : not known, as before this migration
