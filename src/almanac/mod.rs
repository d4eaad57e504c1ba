//! Dated data: retired images, action majors, tools and packages, modules and distributions, scopes.
